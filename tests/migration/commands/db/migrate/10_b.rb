class B
  execute "CREATE ROLE reader"
end
