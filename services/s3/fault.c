#include "services/s3/fault.h"

#include <stdarg.h>

#include "aws/payload.h"
#include "services/s3/s3_model.h"

#define S3_FAULT_MADE(name, code, status, sentence)                                                                    \
    static const struct error_kind kind_##name = { code, code, status, status < 500 ? FAULT_SENDER : FAULT_RECEIVER }; \
    const struct s3_fault FAULT_##name = { &kind_##name, sentence };
S3_FAULTS(S3_FAULT_MADE)

const struct s3_fault FAULT_BUCKET_ALREADY_EXISTS = {
    &S3_BUCKET_ALREADY_EXISTS,
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please "
    "select a different name and try again."
};
const struct s3_fault FAULT_BUCKET_ALREADY_OWNED = {
    &S3_BUCKET_ALREADY_OWNED_BY_YOU,
    "Your previous request to create the named bucket succeeded and you already own it."
};
const struct s3_fault FAULT_INVALID_OBJECT_STATE = { &S3_INVALID_OBJECT_STATE,
                                                     "The operation is not valid for the object's storage class" };
const struct s3_fault FAULT_NO_SUCH_BUCKET = { &S3_NO_SUCH_BUCKET, "The specified bucket does not exist" };
const struct s3_fault FAULT_NO_SUCH_KEY = { &S3_NO_SUCH_KEY, "The specified key does not exist." };
const struct s3_fault FAULT_NO_SUCH_UPLOAD = {
    &S3_NO_SUCH_UPLOAD,
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or "
    "completed."
};

enum outcome s3_fail(struct call *call, const struct s3_fault *fault, ...)
{
    call_fail_with(call, fault->kind, str_of(fault->sentence));
    va_list pairs;
    va_start(pairs, fault);
    for (const char *name; (name = va_arg(pairs, const char *));) {
        const char *value = va_arg(pairs, const char *);
        if (value)
            call_fail_more(call, name, str_of(value));
    }
    va_end(pairs);
    return CALL_FAILED;
}

enum outcome s3_fail_saying(struct call *call, const struct s3_fault *fault, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct buf sentence = BUF_EMPTY;
    buf_vprintf(&sentence, format, args);
    va_end(args);
    call_fail_with(call, fault->kind, buf_str(&sentence));
    buf_release(&sentence);
    return CALL_FAILED;
}

enum outcome s3_fail_argument(struct call *call, const char *sentence, const char *name, struct str value)
{
    call_fail_with(call, FAULT_INVALID_ARGUMENT.kind, str_of(sentence));
    call_fail_more(call, "ArgumentName", str_of(name));
    return call_fail_more(call, "ArgumentValue", value.at ? value : STR(""));
}
