#include "services/sagemaker/xgboost_library.h"

#include <dlfcn.h>
#include <pthread.h>

#include "base/arena.h"

#define SONAME "libxgboost.so.0" /* what its C API, and so the package libxgboost0, goes by */

static struct xgboost_library library;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;

static bool find(void *handle, const char *name, void *ret_function, size_t size)
{
    void *at = dlsym(handle, name);
    memcpy(ret_function, &at, size); /* the language has no other way from an object to a function */
    return at != NULL;
}

static bool find_all(void *handle)
{
#define FIND(name) &&find(handle, #name, &library.name, sizeof library.name)
    return handle XGBOOST_FUNCTIONS(FIND);
#undef FIND
}

static void load(void)
{
    if (!find_all(dlopen(SONAME, RTLD_NOW | RTLD_LOCAL)))
        library.why = memory_copy(str_of(dlerror()));
}

const struct xgboost_library *xgboost_library(void)
{
    pthread_once(&loaded, load);
    return &library;
}
