-- Wrong: the enum type order_state stays behind, and the second upgrade trips over it.
DROP TABLE orders;
