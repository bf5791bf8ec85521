exports.up = async (knex) => {
  await knex.raw("CREATE TYPE post_state AS ENUM ('draft', 'live')");
  await knex.schema.createTable("posts", (table) => {
    table.increments("id");
    table.integer("user_id").notNullable().references("users.id").onDelete("CASCADE");
    table.specificType("state", "post_state").notNullable();
    table.index("user_id");
  });
};
exports.down = async (knex) => {
  await knex.schema.dropTable("posts");
  await knex.raw("DROP TYPE post_state");
};
