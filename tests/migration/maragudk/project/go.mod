module example.org/shop

require maragu.dev/migrate v0.6.0
