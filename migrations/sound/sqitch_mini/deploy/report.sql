BEGIN;
\i parts/view.sql
\ir ../parts/comment.sql
\if :{?nothing}
SELECT 1 / 0;
\endif
COMMIT;
