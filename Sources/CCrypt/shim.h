// crypt(3) of libxcrypt, for bcrypt.
#include <crypt.h>
