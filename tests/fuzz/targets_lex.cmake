fuzz(nlu service_lexv2)
fuzz(dialogue services)
