module example.com/concurrently_in_transaction

go 1.22

require github.com/golang-migrate/migrate/v4 v4.17.0
