-- Nothing is left of the transaction behind COMMIT, one would think: but Flyway's driver begins the next one.
COMMIT;
CALL fill_totals();
