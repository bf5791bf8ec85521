export const generateSql = () => "SELECT 1";
