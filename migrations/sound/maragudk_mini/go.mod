module example.com/maragudk_mini

go 1.22

require github.com/maragudk/migrate v0.4.3
