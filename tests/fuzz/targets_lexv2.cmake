fuzz(lex_archive service_lexv2)
