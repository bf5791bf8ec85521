class A
  execute "CREATE TABLE a ()"
end
