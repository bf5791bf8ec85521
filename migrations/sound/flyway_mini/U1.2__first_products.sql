DELETE FROM product WHERE name IN ('Teapot; blue', 'Cup');
