-- Doubtful: vbu_id and storage_path are unique by constraint, and once more by an index.
CREATE TYPE lifecycle_lane AS ENUM ('build', 'sell', 'milk', 'reframe');
CREATE TYPE currently_testing_type AS ENUM ('thesis', 'proof_point');
CREATE TYPE proof_point_status AS ENUM ('not_started', 'in_progress', 'observed', 'stalled');

CREATE TABLE vbus (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name varchar(255) NOT NULL,
    gm_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_by uuid,
    CONSTRAINT vbus_pkey PRIMARY KEY (id),
    CONSTRAINT fk_vbus_gm_id FOREIGN KEY (gm_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT fk_vbus_updated_by FOREIGN KEY (updated_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_vbus_name_not_empty CHECK (LENGTH(TRIM(name)) > 0)
);

CREATE TABLE canvases (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    vbu_id uuid NOT NULL UNIQUE,
    product_name varchar(255),
    lifecycle_lane lifecycle_lane NOT NULL,
    success_description text,
    future_state_intent text,
    primary_focus varchar(255),
    resist_doing text,
    good_discipline text,
    primary_constraint text,
    currently_testing_type currently_testing_type,
    currently_testing_id uuid,
    portfolio_notes text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_by uuid,
    CONSTRAINT canvases_pkey PRIMARY KEY (id),
    CONSTRAINT fk_canvases_vbu_id FOREIGN KEY (vbu_id) REFERENCES vbus (id) ON DELETE CASCADE,
    CONSTRAINT fk_canvases_updated_by FOREIGN KEY (updated_by) REFERENCES users (id)
        ON DELETE SET NULL,
    CONSTRAINT ck_canvas_product_name
        CHECK (product_name IS NULL OR LENGTH(TRIM(product_name)) > 0),
    CONSTRAINT ck_currently_testing_consistency
        CHECK ((currently_testing_type IS NULL AND currently_testing_id IS NULL)
            OR (currently_testing_type IS NOT NULL AND currently_testing_id IS NOT NULL))
);

CREATE TABLE theses (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    canvas_id uuid NOT NULL,
    "order" integer NOT NULL,
    text text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT theses_pkey PRIMARY KEY (id),
    CONSTRAINT fk_theses_canvas_id FOREIGN KEY (canvas_id) REFERENCES canvases (id)
        ON DELETE CASCADE,
    CONSTRAINT uq_theses_canvas_order UNIQUE (canvas_id, "order"),
    CONSTRAINT ck_thesis_order_range CHECK ("order" BETWEEN 1 AND 5),
    CONSTRAINT ck_thesis_text_not_empty CHECK (LENGTH(TRIM(text)) > 0)
);

CREATE TABLE proof_points (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    thesis_id uuid NOT NULL,
    description text NOT NULL,
    status proof_point_status NOT NULL DEFAULT 'not_started',
    evidence_note text,
    target_review_month date,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT proof_points_pkey PRIMARY KEY (id),
    CONSTRAINT fk_proof_points_thesis_id FOREIGN KEY (thesis_id) REFERENCES theses (id)
        ON DELETE CASCADE,
    CONSTRAINT ck_proof_point_description_not_empty CHECK (LENGTH(TRIM(description)) > 0)
);

-- monthly_review_id refers to a table of a later phase, so it has no foreign key yet.
CREATE TABLE attachments (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    proof_point_id uuid,
    monthly_review_id uuid,
    filename varchar(255) NOT NULL,
    storage_path varchar(1024) NOT NULL UNIQUE,
    content_type varchar(128) NOT NULL,
    size_bytes integer NOT NULL,
    label varchar(255),
    uploaded_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT attachments_pkey PRIMARY KEY (id),
    CONSTRAINT fk_attachments_proof_point_id FOREIGN KEY (proof_point_id)
        REFERENCES proof_points (id) ON DELETE CASCADE,
    CONSTRAINT fk_attachments_uploaded_by FOREIGN KEY (uploaded_by) REFERENCES users (id)
        ON DELETE RESTRICT,
    CONSTRAINT ck_attachment_filename_not_empty CHECK (LENGTH(TRIM(filename)) > 0),
    CONSTRAINT ck_attachment_storage_path_not_empty CHECK (LENGTH(TRIM(storage_path)) > 0),
    CONSTRAINT ck_attachment_size_range CHECK (size_bytes BETWEEN 1 AND 10485760),
    CONSTRAINT ck_attachment_label CHECK (label IS NULL OR LENGTH(TRIM(label)) > 0),
    CONSTRAINT ck_attachment_content_type CHECK (content_type IN (
        'image/png', 'image/jpeg', 'image/gif', 'application/pdf', 'text/csv',
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')),
    CONSTRAINT ck_attachment_single_parent
        CHECK ((proof_point_id IS NOT NULL AND monthly_review_id IS NULL)
            OR (proof_point_id IS NULL AND monthly_review_id IS NOT NULL))
);

CREATE INDEX ix_vbus_gm_id ON vbus (gm_id);
CREATE UNIQUE INDEX uq_canvases_vbu_id ON canvases (vbu_id);
CREATE INDEX ix_canvases_lifecycle_lane ON canvases (lifecycle_lane);
CREATE INDEX ix_theses_canvas_id ON theses (canvas_id);
CREATE INDEX ix_proof_points_thesis_id ON proof_points (thesis_id);
CREATE INDEX ix_proof_points_status ON proof_points (status);
CREATE INDEX ix_attachments_proof_point_id ON attachments (proof_point_id);
CREATE INDEX ix_attachments_uploaded_by ON attachments (uploaded_by);
CREATE UNIQUE INDEX uq_attachments_storage_path ON attachments (storage_path);
