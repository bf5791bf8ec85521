SET LOCAL search_path = a;
