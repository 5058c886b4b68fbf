unit(includes base)
unit(policy aws)
unit(readme services)
