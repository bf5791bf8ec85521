-- Wrong: the function to_fahrenheit(numeric) stays; OR REPLACE hides it from the second upgrade.
DROP TABLE measurements;
