unit(lexv2_build services)
