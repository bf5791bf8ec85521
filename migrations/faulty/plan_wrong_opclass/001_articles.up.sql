CREATE TABLE articles (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title text COLLATE "und-x-icu" NOT NULL
);
-- In a collation that is not C, LIKE needs text_pattern_ops.
CREATE INDEX articles_title_idx ON articles (title);
