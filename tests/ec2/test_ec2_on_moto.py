"""Facts and details of instances, against a back end of other people's making."""

from __future__ import annotations

from console.ec2 import facts, instances
from console.resources.model import Tone
from tests.support.reader import real_reader, seeder


async def test_facts_and_detail_of_a_protected_instance(moto):
    ec2 = seeder(moto, "ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    (machine,) = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"]
    id_ = machine["InstanceId"]
    ec2.modify_instance_attribute(InstanceId=id_, DisableApiTermination={"Value": True})
    async with real_reader(moto) as reader:
        stop = {fact.title: fact async for fact in facts.stop_facts(reader, [id_])}
        terminate = {fact.title: fact async for fact in facts.terminate_facts(reader, [id_])}
        document = await instances.describe(reader, id_, "")
        checks = dict([found async for found in instances.read_checks(reader, [id_])])
    assert stop["Auto Scaling"].text == "in no group"
    assert stop["Load balancing"].text == "in no target group"
    assert terminate["Termination protection"].tone is Tone.BAD
    assert terminate["Volumes"].text == "0 kept · 1 deleted"
    assert not [fact for fact in (*stop.values(), *terminate.values()) if fact.tone is Tone.UNKNOWN]
    assert instances.volume_texts(document)[0].startswith("vol-")
    assert checks == {id_: {"status_checks": "2/2 ok"}}
