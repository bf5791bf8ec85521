module example.org/x

require github.com/golang-migrate/migrate/v4 v4.17.0 // indirect
