-- The schema that the models describe, made at once: what the migrations' head has to be, too.
CREATE FUNCTION keep_timestamps() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    NEW.created_at := OLD.created_at;
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END;
$$;

CREATE TABLE users (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    email varchar(255) NOT NULL,
    hashed_password varchar(255) NOT NULL,
    full_name text,
    is_active boolean NOT NULL DEFAULT true,
    is_verified boolean NOT NULL DEFAULT false,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT uq_users_email UNIQUE (email),
    CONSTRAINT ck_users_email
        CHECK (email ~ '^[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+)*'
                       '@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+'
                       '[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$'),
    CONSTRAINT ck_users_full_name
        CHECK (full_name ~ '[^[:space:]]' AND char_length(full_name) <= 255)
);

CREATE TABLE boardrooms (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    owner_id uuid NOT NULL,
    name text NOT NULL,
    description text,
    max_participants integer NOT NULL DEFAULT 10,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT boardrooms_pkey PRIMARY KEY (id),
    CONSTRAINT fk_boardrooms_owner_id FOREIGN KEY (owner_id) REFERENCES users (id)
        ON DELETE CASCADE,
    CONSTRAINT ck_boardrooms_name CHECK (name ~ '[^[:space:]]' AND char_length(name) <= 255),
    CONSTRAINT ck_boardrooms_max_participants CHECK (max_participants BETWEEN 1 AND 1000)
);

CREATE TABLE sessions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    boardroom_id uuid NOT NULL,
    user_id uuid NOT NULL,
    title text NOT NULL,
    description text,
    status text NOT NULL DEFAULT 'active',
    started_at timestamp with time zone NOT NULL DEFAULT now(),
    ended_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT fk_sessions_boardroom_id FOREIGN KEY (boardroom_id) REFERENCES boardrooms (id)
        ON DELETE CASCADE,
    CONSTRAINT fk_sessions_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_sessions_status
        CHECK (status IN ('active', 'completed', 'paused', 'cancelled')),
    CONSTRAINT ck_sessions_ended_at CHECK (ended_at >= started_at)
);

CREATE TABLE threads (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    session_id uuid NOT NULL,
    user_id uuid NOT NULL,
    title text NOT NULL,
    content text,
    type text NOT NULL DEFAULT 'discussion',
    priority integer NOT NULL DEFAULT 3,
    status text NOT NULL DEFAULT 'active',
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT threads_pkey PRIMARY KEY (id),
    CONSTRAINT fk_threads_session_id FOREIGN KEY (session_id) REFERENCES sessions (id)
        ON DELETE CASCADE,
    CONSTRAINT fk_threads_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_threads_type
        CHECK (type IN ('discussion', 'decision', 'action_item', 'note')),
    CONSTRAINT ck_threads_priority CHECK (priority BETWEEN 1 AND 5),
    CONSTRAINT ck_threads_status CHECK (status IN ('active', 'closed', 'archived'))
);

-- An address is looked up by uq_users_email.
CREATE INDEX ix_boardrooms_owner_id ON boardrooms (owner_id);
CREATE INDEX ix_sessions_boardroom_id ON sessions (boardroom_id);
CREATE INDEX ix_sessions_user_id ON sessions (user_id);
CREATE INDEX ix_sessions_status ON sessions (status);
CREATE INDEX ix_threads_session_id ON threads (session_id);
CREATE INDEX ix_threads_user_id ON threads (user_id);
CREATE INDEX ix_threads_status ON threads (status);

CREATE TRIGGER users_timestamps BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION keep_timestamps();
CREATE TRIGGER boardrooms_timestamps BEFORE UPDATE ON boardrooms
    FOR EACH ROW EXECUTE FUNCTION keep_timestamps();
CREATE TRIGGER sessions_timestamps BEFORE UPDATE ON sessions
    FOR EACH ROW EXECUTE FUNCTION keep_timestamps();
CREATE TRIGGER threads_timestamps BEFORE UPDATE ON threads
    FOR EACH ROW EXECUTE FUNCTION keep_timestamps();
