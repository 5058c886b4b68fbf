unit(includes base)
unit(policy aws)
