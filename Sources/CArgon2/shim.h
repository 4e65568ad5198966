// The reference implementation of Argon2 (RFC 9106), as the distribution provides it.
#include <argon2.h>
