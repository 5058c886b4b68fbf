unit(pipeline services)
unit(pipeline_definition services)
