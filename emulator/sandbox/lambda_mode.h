/* Who runs the handlers of functions: a sandbox (the default), bare processes of this user, nobody. */
#ifndef SANDBOX_LAMBDA_MODE_H
#define SANDBOX_LAMBDA_MODE_H

enum lambda_mode { LAMBDA_SANDBOXED, LAMBDA_UNSANDBOXED, LAMBDA_OFF };

#endif
