unit(nlu service_lexv2)
unit(dialogue services)
