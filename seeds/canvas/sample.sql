-- Sample data of the canvas system.  No id, no status and no time is given: the defaults must do.
-- Loading it twice changes nothing.

INSERT INTO users (email) VALUES
    ('gm.north@example.com'), ('gm.south@example.com'), ('analyst@example.com')
ON CONFLICT (email) DO NOTHING;

INSERT INTO vbus (name, gm_id, updated_by)
SELECT new.name, gm.id, analyst.id
FROM (VALUES ('Northern Ventures', 'gm.north@example.com', 'analyst@example.com'),
             ('Southern Ventures', 'gm.south@example.com', NULL)) AS new (name, gm, analyst)
JOIN users AS gm ON gm.email = new.gm
LEFT JOIN users AS analyst ON analyst.email = new.analyst
WHERE NOT EXISTS (SELECT FROM vbus WHERE vbus.name = new.name);

INSERT INTO canvases (vbu_id, product_name, lifecycle_lane, success_description, primary_focus)
SELECT vbus.id, new.product_name, new.lane::lifecycle_lane, new.success, new.focus
FROM (VALUES ('Northern Ventures', 'Harbour Analytics', 'build', 'ten ports', 'first sale'),
             ('Southern Ventures', NULL, 'milk', NULL, NULL))
    AS new (vbu, product_name, lane, success, focus)
JOIN vbus ON vbus.name = new.vbu
ON CONFLICT (vbu_id) DO NOTHING;

INSERT INTO theses (canvas_id, "order", text)
SELECT canvases.id, new.place, new.text
FROM (VALUES ('Northern Ventures', 1, 'Ports will pay for arrival forecasts.'),
             ('Northern Ventures', 5, 'Pilots will share their logs.'),
             ('Southern Ventures', 1, 'The old product still earns its keep.'))
    AS new (vbu, place, text)
JOIN vbus ON vbus.name = new.vbu
JOIN canvases ON canvases.vbu_id = vbus.id
ON CONFLICT (canvas_id, "order") DO NOTHING;

INSERT INTO proof_points (thesis_id, description, evidence_note, target_review_month)
SELECT theses.id, new.description, new.note, new.month::date
FROM (VALUES
        ('Ports will pay for arrival forecasts.', 'Three signed letters of intent', NULL,
         '2026-03-01'),
        ('Ports will pay for arrival forecasts.', 'One paid pilot', 'no price agreed yet', NULL),
        ('Pilots will share their logs.', 'A month of logs from one port', NULL, NULL))
    AS new (thesis, description, note, month)
JOIN theses ON theses.text = new.thesis
WHERE NOT EXISTS (SELECT FROM proof_points AS old
                  WHERE old.thesis_id = theses.id AND old.description = new.description);

UPDATE canvases
SET currently_testing_type = 'thesis', currently_testing_id = theses.id
FROM theses
WHERE theses.canvas_id = canvases.id
  AND theses.text = 'Ports will pay for arrival forecasts.'
  AND canvases.currently_testing_id IS NULL;

INSERT INTO attachments
    (proof_point_id, filename, storage_path, content_type, size_bytes, label, uploaded_by)
SELECT proof_points.id, new.filename, new.path, new.type, new.size, new.label, users.id
FROM (VALUES
        ('Three signed letters of intent', 'letters.pdf', 'canvas/letters.pdf',
         'application/pdf', 482133, 'signed', 'gm.north@example.com'),
        ('One paid pilot', 'quote.csv', 'canvas/quote.csv',
         'text/csv', 1, NULL, 'analyst@example.com'))
    AS new (proof_point, filename, path, type, size, label, uploader)
JOIN proof_points ON proof_points.description = new.proof_point
JOIN users ON users.email = new.uploader
ON CONFLICT (storage_path) DO NOTHING;

-- The other parent: a review of a later phase.
INSERT INTO attachments
    (monthly_review_id, filename, storage_path, content_type, size_bytes, uploaded_by)
SELECT '6f1c2f0e-0f1e-4c57-9d0e-2f6a3a1b7c10', 'review.png', 'reviews/review.png',
       'image/png', 10485760, users.id
FROM users
WHERE users.email = 'analyst@example.com'
ON CONFLICT (storage_path) DO NOTHING;
