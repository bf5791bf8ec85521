-- A statement that stands alone in its file
CREATE INDEX CONCURRENTLY "Book_authorId_idx" ON "Book"("authorId");
