-- Rows of the legacy schema, with integer keys that have gaps and are not in the order of time: they
-- have to come through every revision with what refers to what.  All of them keep the later rules.
-- Loading them twice changes nothing.

INSERT INTO users (id, email, hashed_password, created_at) VALUES
    (1, 'chair@example.com', '$2b$12$chair', '2019-03-01 09:00+00'),
    (2, 'Secretary.Office@Example.ORG', '$2b$12$secretary', '2019-03-02 09:00+00'),
    (7, 'member+board@mail.example.co.uk', '$2b$12$member', '2020-06-15 12:30+00'),
    -- Restored from a backup: older than its key says.
    (42, 'founder@example.com', '$2b$12$founder', '2018-01-01 00:00+00'),
    (1000000, 'guest@example.com', '$2b$12$guest', '2021-11-30 23:59:59.999999+00')
ON CONFLICT (id) DO NOTHING;

INSERT INTO boardrooms
    (id, owner_id, name, description, max_participants, is_active, created_at, updated_at)
VALUES
    (1, 1, 'Main board', 'Quarterly meetings', 12, true,
     '2019-03-05 10:00+00', '2021-01-01 10:00+00'),
    (3, 42, 'Founders', NULL, 1, true, '2019-04-01 10:00+00', '2019-04-01 10:00+00'),
    (4, 1, 'Audit', 'Read only', 1000, false, '2020-01-10 10:00+00', '2020-12-31 10:00+00')
ON CONFLICT (id) DO NOTHING;

INSERT INTO sessions
    (id, boardroom_id, user_id, title, description, status, started_at, ended_at, created_at,
     updated_at)
VALUES
    (1, 1, 1, 'Spring meeting', 'Budget', 'completed', '2020-03-20 09:00+00',
     '2020-03-20 17:00+00', '2020-03-01 09:00+00', '2020-03-20 17:00+00'),
    (2, 1, 2, 'Summer meeting', NULL, 'active', '2020-06-19 09:00+00', NULL,
     '2020-06-01 09:00+00', '2020-06-19 09:00+00'),
    (5, 3, 42, 'Garage talk', NULL, 'paused', '2019-05-01 20:00+00', NULL,
     '2019-05-01 20:00+00', '2019-05-01 21:00+00'),
    -- Over as soon as it began.
    (6, 4, 7, 'Called off', NULL, 'cancelled', '2020-02-01 10:00+00', '2020-02-01 10:00+00',
     '2020-01-20 10:00+00', '2020-02-01 10:00+00')
ON CONFLICT (id) DO NOTHING;

INSERT INTO threads
    (id, session_id, user_id, title, content, type, priority, status, created_at, updated_at)
VALUES
    (1, 1, 1, 'Budget of the year', 'Three variants', 'discussion', 3, 'closed',
     '2020-03-20 09:05+00', '2020-03-20 10:00+00'),
    (2, 1, 2, 'Variant two', 'Carried, one against', 'decision', 1, 'closed',
     '2020-03-20 10:00+00', '2020-03-20 10:05+00'),
    (3, 1, 7, 'Tell the bank', NULL, 'action_item', 5, 'archived',
     '2020-03-20 10:10+00', '2020-04-01 08:00+00'),
    (8, 2, 1000000, 'Agenda', 'To come', 'note', 2, 'active',
     '2020-06-19 09:00+00', '2020-06-19 09:00+00'),
    (9, 5, 42, 'A name for the company', '', 'discussion', 4, 'active',
     '2019-05-01 20:05+00', '2019-05-01 20:05+00')
ON CONFLICT (id) DO NOTHING;

-- As if the sequences had given these keys.
SELECT setval('users_id_seq', 1000000), setval('boardrooms_id_seq', 4), setval('sessions_id_seq', 6),
       setval('threads_id_seq', 9);
