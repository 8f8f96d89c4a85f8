from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "smartwiki.accounts.admin_site.AdminSite"
