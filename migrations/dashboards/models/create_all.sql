-- What a create_all makes of the tables of 002_dashboard_resource: all is the same but the foreign
-- keys, which have no delete rule.
CREATE TABLE dashboards (
    id uuid NOT NULL,
    entity_key varchar NOT NULL,
    source_path varchar NOT NULL,
    label varchar NOT NULL,
    description varchar,
    canonical_json json,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_dashboards_entity_key UNIQUE (entity_key)
);
CREATE INDEX ix_dashboards_entity_key ON dashboards (entity_key);
CREATE INDEX ix_dashboards_label ON dashboards (label);

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
    PRIMARY KEY (id),
    CONSTRAINT uq_resources_entity_key UNIQUE (entity_key)
);
CREATE INDEX ix_resources_entity_key ON resources (entity_key);
CREATE INDEX ix_resources_label ON resources (label);
CREATE INDEX ix_resources_category_key ON resources (category_key);

CREATE TABLE module_dashboard (
    module_id uuid NOT NULL,
    dashboard_id uuid NOT NULL,
    PRIMARY KEY (module_id, dashboard_id),
    FOREIGN KEY (module_id) REFERENCES modules_v2 (id),
    FOREIGN KEY (dashboard_id) REFERENCES dashboards (id)
);

CREATE TABLE bundle_dashboard (
    bundle_id uuid NOT NULL,
    dashboard_id uuid NOT NULL,
    PRIMARY KEY (bundle_id, dashboard_id),
    FOREIGN KEY (bundle_id) REFERENCES bundles (id),
    FOREIGN KEY (dashboard_id) REFERENCES dashboards (id)
);
