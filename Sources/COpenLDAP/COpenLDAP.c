/* Two facts about the process that libldap depends on, settled before main and before the first libldap call. */

#include "COpenLDAP.h"

#include <signal.h>
#include <stdlib.h>

__attribute__((constructor)) static void cldap_prepare_process(void) {
    /* ldap.conf(5): without this, environment variables and an ldaprc file in the working directory
       could switch certificate verification off or referrals on. */
    setenv("LDAPNOINIT", "1", 1);

    /* libldap writes with plain write(2): a server that went away would end the process with SIGPIPE.
       A handler that the program installed itself, or inherited as ignored, stays as it is. */
    struct sigaction current;
    if (sigaction(SIGPIPE, NULL, &current) == 0 && !(current.sa_flags & SA_SIGINFO) && current.sa_handler == SIG_DFL) {
        struct sigaction ignore = {.sa_handler = SIG_IGN};
        sigemptyset(&ignore.sa_mask);
        sigaction(SIGPIPE, &ignore, NULL);
    }
}
