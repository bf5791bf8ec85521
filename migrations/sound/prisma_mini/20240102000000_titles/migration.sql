-- AlterTable
ALTER TABLE "Book" ADD COLUMN     "title" TEXT NOT NULL DEFAULT '';
