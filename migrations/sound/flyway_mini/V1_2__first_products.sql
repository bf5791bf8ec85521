SET search_path = pg_catalog;

COPY shop.product (name) FROM stdin;
Teapot; blue
Cup
\.
