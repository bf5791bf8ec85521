DROP INDEX uq_attachments_storage_path;
DROP INDEX ix_attachments_uploaded_by;
DROP INDEX ix_attachments_proof_point_id;
DROP INDEX ix_proof_points_status;
DROP INDEX ix_proof_points_thesis_id;
DROP INDEX ix_theses_canvas_id;
DROP INDEX ix_canvases_lifecycle_lane;
DROP INDEX uq_canvases_vbu_id;
DROP INDEX ix_vbus_gm_id;

DROP TABLE attachments;
DROP TABLE proof_points;
DROP TABLE theses;
DROP TABLE canvases;
DROP TABLE vbus;

-- An enum type does not go with the tables that use it.
DROP TYPE proof_point_status;
DROP TYPE currently_testing_type;
DROP TYPE lifecycle_lane;
