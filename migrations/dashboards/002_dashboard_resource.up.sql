-- Dashboards and resources, and which modules and bundles show which dashboard.
CREATE TABLE dashboards (
    id uuid NOT NULL,
    entity_key varchar NOT NULL,
    source_path varchar NOT NULL,
    label varchar NOT NULL,
    description varchar,
    canonical_json json,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL,
    CONSTRAINT dashboards_pkey PRIMARY KEY (id),
    CONSTRAINT uq_dashboards_entity_key UNIQUE (entity_key)
);
-- The specification asks for this index beside the constraint, which has one of its own.
CREATE INDEX ix_dashboards_entity_key ON dashboards (entity_key);
CREATE INDEX ix_dashboards_label ON dashboards (label);

-- category_key is no foreign key: ingest must accept a resource whose category does not exist.
CREATE TABLE resources (
    id uuid NOT NULL,
    entity_key varchar NOT NULL,
    source_path varchar NOT NULL,
    label varchar NOT NULL,
    description varchar,
    canonical_json json,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL,
    category_key varchar NOT NULL,
    CONSTRAINT resources_pkey PRIMARY KEY (id),
    CONSTRAINT uq_resources_entity_key UNIQUE (entity_key)
);
CREATE INDEX ix_resources_entity_key ON resources (entity_key);
CREATE INDEX ix_resources_label ON resources (label);
CREATE INDEX ix_resources_category_key ON resources (category_key);

-- A module or bundle takes its rows here along; a dashboard that is shown anywhere stays.
CREATE TABLE module_dashboard (
    module_id uuid NOT NULL,
    dashboard_id uuid NOT NULL,
    CONSTRAINT module_dashboard_pkey PRIMARY KEY (module_id, dashboard_id),
    CONSTRAINT module_dashboard_module_id_fkey FOREIGN KEY (module_id)
        REFERENCES modules_v2 (id) ON DELETE CASCADE,
    CONSTRAINT module_dashboard_dashboard_id_fkey FOREIGN KEY (dashboard_id)
        REFERENCES dashboards (id) ON DELETE RESTRICT
);

CREATE TABLE bundle_dashboard (
    bundle_id uuid NOT NULL,
    dashboard_id uuid NOT NULL,
    CONSTRAINT bundle_dashboard_pkey PRIMARY KEY (bundle_id, dashboard_id),
    CONSTRAINT bundle_dashboard_bundle_id_fkey FOREIGN KEY (bundle_id)
        REFERENCES bundles (id) ON DELETE CASCADE,
    CONSTRAINT bundle_dashboard_dashboard_id_fkey FOREIGN KEY (dashboard_id)
        REFERENCES dashboards (id) ON DELETE RESTRICT
);
