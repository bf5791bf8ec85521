-- atlas:txmode none
SELECT 1;
