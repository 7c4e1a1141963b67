#include <features.h>

int __main_void(void);
hidden int __wali_main(void);

int __wali_main(void)
{
	return __main_void();
}
