from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial"), ("stock", "0001_initial")]
    operations = [
        migrations.AddField("Item", "price", models.IntegerField(default=0)),
        migrations.RunSQL("CREATE INDEX shop_item_cheap ON shop_item (name)", "DROP INDEX shop_item_cheap"),
    ]
