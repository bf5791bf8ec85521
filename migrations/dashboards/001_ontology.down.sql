DROP TABLE bundles;
DROP TABLE modules_v2;
