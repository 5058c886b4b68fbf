unit(nearest base)
unit(script script)
unit(script_load script)
unit(script_fault script)
unit(script_hostile script)
unit(script_readme script)
target_link_libraries(test_script_readme PRIVATE services) # its examples name the real ones
unit(script_cloud script)
target_link_libraries(test_script_cloud PRIVATE services) # its helpers on the real ones
unit(script_image script)
