-- atlas:checkpoint v1

SELECT 3;
