-- The address and port that the server itself sees this connection at; NULL by a socket.  Serves 13 to 18.
SELECT pg_catalog.host(pg_catalog.inet_server_addr()), pg_catalog.inet_server_port()
