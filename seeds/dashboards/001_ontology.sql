-- Modules and bundles that are there before any dashboard is.  Loading them twice changes nothing.
INSERT INTO modules_v2 (id, entity_key, label) VALUES
    ('11111111-0000-4000-8000-000000000001', 'Fleet', 'Fleet management'),
    ('11111111-0000-4000-8000-000000000002', 'Harbour', 'Harbour operations')
ON CONFLICT (id) DO NOTHING;

INSERT INTO bundles (id, entity_key, label) VALUES
    ('22222222-0000-4000-8000-000000000001', 'Shipping', 'Everything for a shipping company'),
    ('22222222-0000-4000-8000-000000000002', 'Trial', 'To try it out')
ON CONFLICT (id) DO NOTHING;
