DROP TABLE players;
DROP TABLE teams;
DROP FUNCTION keep_team();
