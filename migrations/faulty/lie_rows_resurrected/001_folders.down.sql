DROP TABLE documents;
DROP TABLE folders;
DROP FUNCTION bring_back();
