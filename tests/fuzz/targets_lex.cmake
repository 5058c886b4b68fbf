fuzz(nlu service_lexv2)
