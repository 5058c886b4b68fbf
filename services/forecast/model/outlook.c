#include "services/forecast/model/outlook.h"

#include "services/forecast/model/numeric.h"

void outlook_set_normal(struct outlook *outlook, int step, double mean, double deviation)
{
    outlook->mean[step] = mean;
    for (int q = 0; q < outlook->quantile_count; q++)
        outlook->quantiles[step * outlook->quantile_count + q] = deviation > 0
                                                                     ? mean + deviation * numeric_normal_quantile(
                                                                                              outlook->levels[q])
                                                                     : mean;
}
