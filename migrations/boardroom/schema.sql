-- The legacy schema, as it was found: what revision 001 makes.  Integer keys, no foreign keys, no
-- CHECK constraints, nothing that keeps updated_at.
CREATE TABLE users (
    id serial NOT NULL,
    email varchar(255) NOT NULL,
    hashed_password varchar(255) NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT users_pkey PRIMARY KEY (id)
);

CREATE TABLE boardrooms (
    id serial NOT NULL,
    owner_id integer NOT NULL,
    name text NOT NULL,
    description text,
    max_participants integer NOT NULL DEFAULT 10,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT boardrooms_pkey PRIMARY KEY (id)
);

CREATE TABLE sessions (
    id serial NOT NULL,
    boardroom_id integer NOT NULL,
    user_id integer NOT NULL,
    title text NOT NULL,
    description text,
    status text NOT NULL DEFAULT 'active',
    started_at timestamp with time zone NOT NULL DEFAULT now(),
    ended_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT sessions_pkey PRIMARY KEY (id)
);

CREATE TABLE threads (
    id serial NOT NULL,
    session_id integer NOT NULL,
    user_id integer NOT NULL,
    title text NOT NULL,
    content text,
    type text NOT NULL DEFAULT 'discussion',
    priority integer NOT NULL DEFAULT 3,
    status text NOT NULL DEFAULT 'active',
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT threads_pkey PRIMARY KEY (id)
);
