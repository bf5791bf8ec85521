-- Of the schema that exists already, the two tables that dashboards are joined to.
CREATE TABLE modules_v2 (
    id uuid NOT NULL,
    entity_key varchar NOT NULL,
    label varchar NOT NULL,
    CONSTRAINT modules_v2_pkey PRIMARY KEY (id)
);

CREATE TABLE bundles (
    id uuid NOT NULL,
    entity_key varchar NOT NULL,
    label varchar NOT NULL,
    CONSTRAINT bundles_pkey PRIMARY KEY (id)
);
