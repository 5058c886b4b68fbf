return "\0\255"
