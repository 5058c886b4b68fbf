// SageMaker's kept resources through the AWS SDK: a table of kinds, each made, described, listed, tagged, changed and deleted; what
// each refuses, in whose words; statuses on their way; what must be there first.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CreateAccessKeyCommand, CreateRoleCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import * as sdk from '@aws-sdk/client-sagemaker';
import { client, start, until } from './emulator.mjs';

let emulator, sagemaker;
const ROLE = 'arn:aws:iam::000000000000:role/SageMaker';
const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';
const send = (operation, input = {}) => sagemaker.send(new sdk[`${operation}Command`](input));
const refused = (operation, input, name, message) => assert.rejects(send(operation, input), (error) => {
    assert.equal(error.name, name, `${operation}: ${error.message}`);
    if (message instanceof RegExp) assert.match(error.message, message);
    else if (message) assert.equal(error.message, message);
    return true;
});
/** The status that Describe tells is one of these, after a while. */
const settled = (operation, input, member, ...statuses) => until(async () => {
    const told = await send(operation, input);
    return statuses.includes(told[member]) && told;
}, { what: `${operation} ${JSON.stringify(input)} ${statuses}` });
const gone = (operation, input) => until(() => send(operation, input).then(() => false, () => true), { what: `the end of ${JSON.stringify(input)}` });

before(async () => {
    emulator = await start();
    sagemaker = new sdk.SageMakerClient(client(emulator));
});
after(() => emulator?.kill());

const domain = (name) => ({ DomainName: name, AuthMode: 'IAM', DefaultUserSettings: { ExecutionRole: ROLE }, SubnetIds: ['subnet-1'], VpcId: 'vpc-1' });
const card = JSON.stringify({ model_overview: { model_name: 'm' } });
const compilation = (name) => ({ CompilationJobName: name, RoleArn: ROLE, InputConfig: { S3Uri: 's3://b/m.tar.gz', Framework: 'XGBOOST', DataInputConfig: '{}' }, OutputConfig: { S3OutputLocation: 's3://b/out', TargetDevice: 'ml_m5' }, StoppingCondition: { MaxRuntimeInSeconds: 900 } });

// noun; what it is named by; an input; the status member and those it rests in; a change and what Describe tells then; the code of what is absent.
const kinds = [
    { noun: 'Algorithm', name: 'AlgorithmName', input: { TrainingSpecification: { TrainingImage: IMAGE, SupportedTrainingInstanceTypes: ['ml.m5.large'], TrainingChannels: [{ Name: 'train', SupportedContentTypes: ['text/csv'], SupportedInputModes: ['File'] }] } }, status: ['AlgorithmStatus', 'Completed'], list: 'AlgorithmSummaryList', absent: ['ValidationException', /does not exist/] },
    { noun: 'AppImageConfig', name: 'AppImageConfigName', input: { KernelGatewayImageConfig: { KernelSpecs: [{ Name: 'k' }] } }, list: 'AppImageConfigs', change: [{ JupyterLabAppImageConfig: { ContainerConfig: { ContainerArguments: ['a'] } } }, (told) => told.JupyterLabAppImageConfig.ContainerConfig.ContainerArguments[0] === 'a'], absent: ['ResourceNotFound'], taken: ['ResourceInUse', 'The ID or Name specified is already in use.'] },
    { noun: 'Cluster', name: 'ClusterName', input: { InstanceGroups: [{ InstanceGroupName: 'g', InstanceType: 'ml.m5.large', InstanceCount: 2, ExecutionRole: ROLE, LifeCycleConfig: { SourceS3Uri: 's3://sagemaker-b/x', OnCreate: 'x.sh' } }] }, status: ['ClusterStatus', 'InService'], list: 'ClusterSummaries', change: [{ InstanceGroups: [{ InstanceGroupName: 'g', InstanceType: 'ml.m5.large', InstanceCount: 3, ExecutionRole: ROLE, LifeCycleConfig: { SourceS3Uri: 's3://sagemaker-b/x', OnCreate: 'x.sh' } }] }, (told) => told.InstanceGroups[0].CurrentCount === 3], absent: ['ResourceNotFound'], taken: ['ResourceInUse'] },
    { noun: 'CodeRepository', name: 'CodeRepositoryName', input: { GitConfig: { RepositoryUrl: 'https://github.com/a/b.git', Branch: 'main' } }, list: 'CodeRepositorySummaryList', change: [{ GitConfig: { SecretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:s-123456' } }, (told) => told.GitConfig.SecretArn && told.GitConfig.Branch === 'main'], absent: ['ValidationException', /^Cannot find CodeRepository/], taken: ['ValidationException'] },
    { noun: 'CompilationJob', name: 'CompilationJobName', make: compilation, status: ['CompilationJobStatus', 'COMPLETED'], list: 'CompilationJobSummaries', absent: ['ResourceNotFound'], taken: ['ResourceInUse'] },
    { noun: 'DeviceFleet', name: 'DeviceFleetName', input: { RoleArn: ROLE, OutputConfig: { S3OutputLocation: 's3://b/edge' }, EnableIotRoleAlias: true }, list: 'DeviceFleetSummaries', change: [{ OutputConfig: { S3OutputLocation: 's3://b/other' }, Description: 'd' }, (told) => told.Description === 'd' && told.IotRoleAlias], absent: ['ValidationException', /^No devicefleet with name/], taken: ['ResourceInUse'] },
    { noun: 'Hub', name: 'HubName', input: { HubDescription: 'd', HubSearchKeywords: ['k'] }, status: ['HubStatus', 'InService'], list: 'HubSummaries', change: [{ HubDescription: 'e' }, (told) => told.HubDescription === 'e' && told.HubSearchKeywords[0] === 'k'], absent: ['ResourceNotFound'], taken: ['ResourceInUse'] },
    { noun: 'Image', name: 'ImageName', input: { RoleArn: ROLE, Description: 'd' }, status: ['ImageStatus', 'CREATED'], list: 'Images', change: [{ DeleteProperties: ['Description'], DisplayName: 'n' }, (told) => told.DisplayName === 'n' && !told.Description], absent: ['ResourceNotFound'], taken: ['ResourceInUse', /^The Image with ImageName .* already exists\. Please use a different ImageName\.$/] },
    { noun: 'MlflowTrackingServer', name: 'TrackingServerName', input: { ArtifactStoreUri: 's3://b/mlflow', RoleArn: ROLE }, status: ['TrackingServerStatus', 'Created', 'Updated'], list: 'TrackingServerSummaries', change: [{ TrackingServerSize: 'Medium' }, (told) => told.TrackingServerSize === 'Medium' && told.IsActive === 'Active' && told.CreatedBy.IamIdentity.Arn], absent: ['ResourceNotFound'] },
    { noun: 'ModelCard', name: 'ModelCardName', input: { Content: card, ModelCardStatus: 'Draft' }, list: 'ModelCardSummaries', change: [{ ModelCardStatus: 'Approved' }, (told) => told.ModelCardStatus === 'Approved' && told.ModelCardVersion === 1], absent: ['ResourceNotFound'], taken: ['ConflictException'] },
    { noun: 'NotebookInstanceLifecycleConfig', name: 'NotebookInstanceLifecycleConfigName', input: { OnStart: [{ Content: 'ZWNobw==' }] }, list: 'NotebookInstanceLifecycleConfigs', change: [{ OnCreate: [{ Content: 'ZWNobw==' }] }, (told) => told.OnCreate.length && told.OnStart.length], absent: ['ValidationException', 'RecordNotFound'], taken: ['ValidationException'] },
    { noun: 'OptimizationJob', name: 'OptimizationJobName', input: { RoleArn: ROLE, ModelSource: { S3: { S3Uri: 's3://b/m' } }, DeploymentInstanceType: 'ml.g5.xlarge', OptimizationConfigs: [{ ModelQuantizationConfig: { OverrideEnvironment: { A: 'b' } } }], OutputConfig: { S3OutputLocation: 's3://b/out' }, StoppingCondition: { MaxRuntimeInSeconds: 900 } }, status: ['OptimizationJobStatus', 'COMPLETED'], list: 'OptimizationJobSummaries', absent: ['ResourceNotFound'], taken: ['ResourceInUse'] },
    { noun: 'Project', name: 'ProjectName', input: { ServiceCatalogProvisioningDetails: { ProductId: 'prod-1' } }, status: ['ProjectStatus', 'CreateCompleted', 'UpdateCompleted'], list: 'ProjectSummaryList', change: [{ ProjectDescription: 'd' }, (told) => told.ProjectDescription === 'd' && told.ProjectId.startsWith('p-')], absent: ['ValidationException', /does not exist/], taken: ['ValidationException'] },
    { noun: 'StudioLifecycleConfig', name: 'StudioLifecycleConfigName', input: { StudioLifecycleConfigContent: 'ZWNobw==', StudioLifecycleConfigAppType: 'JupyterLab' }, list: 'StudioLifecycleConfigs', absent: ['ResourceNotFound'], taken: ['ResourceInUse'] },
    { noun: 'Workteam', name: 'WorkteamName', input: { Description: 'd', MemberDefinitions: [{ CognitoMemberDefinition: { UserPool: 'us-east-1_a', UserGroup: 'g', ClientId: 'c' } }] }, list: 'Workteams', change: [{ Description: 'e' }, (told) => told.Workteam.Description === 'e'], absent: ['ValidationException', /^The work team/], taken: ['ResourceInUse'] },
];
const plural = { CodeRepository: 'CodeRepositories' };

for (const { noun, name, input, make, status, list, change, absent, taken } of kinds) {
    test(`${noun}: made, told, listed, tagged, changed, gone`, async () => {
        const named = { [name]: `one-${noun}` };
        const given = make ? make(named[name]) : { ...named, ...input };
        await refused(`Describe${noun}`, named, ...absent);
        await send(`Create${noun}`, { ...given, Tags: [{ Key: 'a', Value: '1' }] });
        if (taken) await refused(`Create${noun}`, given, ...taken);
        const rests = () => status ? settled(`Describe${noun}`, named, ...status) : send(`Describe${noun}`, named);
        const outer = await rests(), told = outer.Workteam ?? outer;
        const arn = Object.values(told).find((value) => typeof value === 'string' && value.startsWith('arn:aws:sagemaker'));
        assert.ok(told[name] === named[name] && arn, JSON.stringify(told));
        assert.deepEqual((await send('ListTags', { ResourceArn: arn })).Tags, [{ Key: 'a', Value: '1' }]);
        await send('AddTags', { ResourceArn: arn, Tags: [{ Key: 'b', Value: '2' }] });
        await send('DeleteTags', { ResourceArn: arn, TagKeys: ['a'] });
        assert.deepEqual((await send('ListTags', { ResourceArn: arn })).Tags, [{ Key: 'b', Value: '2' }]);
        const listed = (await send(`List${plural[noun] ?? `${noun}s`}`))[list];
        assert.ok(listed.some((one) => one[name] === named[name]), JSON.stringify(listed));
        if (change) {
            await send(`Update${noun}`, { ...named, ...change[0] });
            const changed = await rests();
            assert.ok(change[1](changed), JSON.stringify(changed));
        }
        if (noun !== 'OptimizationJob' && noun !== 'CompilationJob') await rests();
        await send(`Delete${noun}`, named);
        await gone(`Describe${noun}`, named);
        await assert.rejects(send('ListTags', { ResourceArn: arn }));
    });
}

test('Studio: a domain holds profiles and spaces, which hold apps; none goes before what stands in it', async () => {
    const { DomainId, DomainArn, Url } = await send('CreateDomain', domain('studio'));
    assert.match(DomainId, /^d-[a-z0-9]{12}$/);
    assert.ok(DomainArn.endsWith(`:domain/${DomainId}`) && Url.includes(DomainId));
    const told = await settled('DescribeDomain', { DomainId }, 'Status', 'InService');
    assert.match(told.HomeEfsFileSystemId, /^fs-/);
    await refused('DescribeDomain', { DomainId: 'd-aaaaaaaaaaaa' }, 'ResourceNotFound', 'Domain [d-aaaaaaaaaaaa] does not exist.');
    await refused('CreateUserProfile', { DomainId: 'd-aaaaaaaaaaaa', UserProfileName: 'ann' }, 'ValidationException'); // declares no ResourceNotFound
    const ann = { DomainId, UserProfileName: 'ann' }, room = { DomainId, SpaceName: 'room' };
    const { UserProfileArn } = await send('CreateUserProfile', { ...ann, UserSettings: { ExecutionRole: ROLE } });
    assert.ok(UserProfileArn.endsWith(`user-profile/${DomainId}/ann`));
    await settled('DescribeUserProfile', ann, 'Status', 'InService');
    await send('CreateSpace', { ...room, OwnershipSettings: { OwnerUserProfileName: 'ann' }, SpaceSharingSettings: { SharingType: 'Private' }, SpaceSettings: { AppType: 'JupyterLab' } });
    await settled('DescribeSpace', room, 'Status', 'InService');
    assert.equal((await send('ListSpaces', { DomainIdEquals: DomainId })).Spaces[0].OwnershipSettingsSummary.OwnerUserProfileName, 'ann');
    const app = { ...room, AppType: 'JupyterLab', AppName: 'default' };
    await refused('CreateApp', { DomainId, AppType: 'JupyterLab', AppName: 'default' }, 'ValidationException');
    assert.ok((await send('CreateApp', app)).AppArn.endsWith(`app/${DomainId}/room/jupyterlab/default`));
    await refused('CreateApp', app, 'ResourceInUse');
    await settled('DescribeApp', app, 'Status', 'InService');
    await send('CreateApp', { ...ann, AppType: 'JupyterServer', AppName: 'default' });
    await settled('DescribeApp', { ...ann, AppType: 'JupyterServer', AppName: 'default' }, 'Status', 'InService');
    assert.deepEqual((await send('ListApps', { DomainIdEquals: DomainId, SpaceNameEquals: 'room' })).Apps.map((one) => one.AppType), ['JupyterLab']);
    await refused('DeleteUserProfile', ann, 'ResourceInUse', `Unable to delete UserProfile [${UserProfileArn}] because App(s) are associated with it.`);
    await refused('DeleteSpace', room, 'ResourceInUse');
    await refused('DeleteDomain', { DomainId }, 'ResourceInUse', /Unable to delete Domain .* because (UserProfile|Space)\(s\)/);
    await send('UpdateUserProfile', { ...ann, UserSettings: { SecurityGroups: ['sg-1'] } });
    const changed = await settled('DescribeUserProfile', ann, 'Status', 'InService');
    assert.deepEqual([changed.UserSettings.ExecutionRole, changed.UserSettings.SecurityGroups], [ROLE, ['sg-1']]);
    assert.match((await send('CreatePresignedDomainUrl', ann)).AuthorizedUrl, /^https:\/\/d-.*token=/);
    for (const one of [app, { ...ann, AppType: 'JupyterServer', AppName: 'default' }]) {
        await send('DeleteApp', one);
        await settled('DescribeApp', one, 'Status', 'Deleted');
    }
    await send('DeleteSpace', room);
    await send('DeleteUserProfile', ann);
    await gone('DescribeSpace', room);
    await gone('DescribeUserProfile', ann);
    await send('DeleteDomain', { DomainId });
    await gone('DescribeDomain', { DomainId });
});

test('A notebook instance starts, stops, changes while it is stopped, and says what it cannot', async () => {
    const named = { NotebookInstanceName: 'book' }, at = (...statuses) => settled('DescribeNotebookInstance', named, 'NotebookInstanceStatus', ...statuses);
    await refused('DescribeNotebookInstance', named, 'ValidationException', 'RecordNotFound');
    await refused('CreateNotebookInstance', { ...named, InstanceType: 'ml.t3.medium', RoleArn: ROLE, LifecycleConfigName: 'none' }, 'ValidationException', /does not exist/);
    await refused('CreateNotebookInstance', { ...named, InstanceType: 'ml.p3.2xlarge', RoleArn: ROLE }, 'ResourceLimitExceeded', /ml\.p3\.2xlarge for notebook instance usage/);
    await send('CreateNotebookInstanceLifecycleConfig', { NotebookInstanceLifecycleConfigName: 'setup' });
    await send('CreateCodeRepository', { CodeRepositoryName: 'code', GitConfig: { RepositoryUrl: 'https://github.com/a/b.git' } });
    const { NotebookInstanceArn } = await send('CreateNotebookInstance', { ...named, InstanceType: 'ml.t3.medium', RoleArn: ROLE, LifecycleConfigName: 'setup', DefaultCodeRepository: 'code', SecurityGroupIds: ['sg-1'], SubnetId: 'subnet-1' });
    await refused('CreateNotebookInstance', { ...named, InstanceType: 'ml.t3.medium', RoleArn: ROLE }, 'ValidationException', `Cannot create a duplicate Notebook Instance (${NotebookInstanceArn})`);
    const told = await at('InService');
    assert.deepEqual([told.NotebookInstanceLifecycleConfigName, told.SecurityGroups, told.VolumeSizeInGB, told.DirectInternetAccess], ['setup', ['sg-1'], 5, 'Enabled']);
    assert.match((await send('CreatePresignedNotebookInstanceUrl', named)).AuthorizedUrl, /^https:\/\/book-/);
    await refused('DeleteNotebookInstance', named, 'ValidationException', `Status (InService) not in ([Stopped, Failed]). Unable to transition to (Deleting) for Notebook Instance (${NotebookInstanceArn})`);
    await refused('UpdateNotebookInstance', { ...named, VolumeSizeInGB: 10 }, 'ValidationException', /not in \(\[Stopped, Failed\]\)/);
    await send('StopNotebookInstance', named);
    await at('Stopped');
    await send('UpdateNotebookInstance', { ...named, InstanceType: 'ml.t3.large', DisassociateLifecycleConfig: true });
    const changed = await at('Stopped');
    assert.deepEqual([changed.InstanceType, changed.NotebookInstanceLifecycleConfigName], ['ml.t3.large', undefined]);
    assert.equal((await send('ListNotebookInstances', { DefaultCodeRepositoryContains: 'co', StatusEquals: 'Stopped' })).NotebookInstances.length, 1);
    assert.equal((await send('ListNotebookInstances', { NotebookInstanceLifecycleConfigNameContains: 'setup' })).NotebookInstances.length, 0);
    await send('StartNotebookInstance', named);
    await at('InService');
    await send('StopNotebookInstance', named);
    await at('Stopped');
    await send('DeleteNotebookInstance', named);
    await gone('DescribeNotebookInstance', named);
});

test('Images have versions that count, aliases that move, and take them along', async () => {
    await send('CreateImage', { ImageName: 'studio-image', RoleArn: ROLE });
    await settled('DescribeImage', { ImageName: 'studio-image' }, 'ImageStatus', 'CREATED');
    await refused('DescribeImageVersion', { ImageName: 'studio-image' }, 'ResourceNotFound', 'Latest ImageVersion with ImageName studio-image does not exist. Please provide a valid ImageName.');
    const make = (Aliases) => send('CreateImageVersion', { ImageName: 'studio-image', BaseImage: IMAGE, ClientToken: `token-${Aliases}`, Aliases });
    assert.ok((await make(['stable'])).ImageVersionArn.endsWith('image-version/studio-image/1'));
    assert.ok((await make(['next'])).ImageVersionArn.endsWith('image-version/studio-image/2'));
    await settled('DescribeImageVersion', { ImageName: 'studio-image', Version: 1 }, 'ImageVersionStatus', 'CREATED');
    const latest = await settled('DescribeImageVersion', { ImageName: 'studio-image' }, 'ImageVersionStatus', 'CREATED');
    assert.deepEqual([latest.Version, latest.BaseImage, latest.ContainerImage], [2, IMAGE, IMAGE]);
    await refused('UpdateImageVersion', { ImageName: 'studio-image', Version: 2, AliasesToAdd: ['stable'] }, 'ResourceInUse');
    await send('UpdateImageVersion', { ImageName: 'studio-image', Version: 1, AliasesToDelete: ['stable'], VendorGuidance: 'TO_BE_ARCHIVED' });
    await send('UpdateImageVersion', { ImageName: 'studio-image', Alias: 'next', AliasesToAdd: ['stable'], MLFramework: 'xgboost 1.7' });
    assert.deepEqual((await send('ListAliases', { ImageName: 'studio-image', Version: 2 })).SageMakerImageVersionAliases, ['next', 'stable']);
    assert.deepEqual((await send('ListImageVersions', { ImageName: 'studio-image', SortBy: 'VERSION', SortOrder: 'ASCENDING' })).ImageVersions.map((one) => one.Version), [1, 2]);
    await send('DeleteImageVersion', { ImageName: 'studio-image', Version: 2 });
    await gone('DescribeImageVersion', { ImageName: 'studio-image', Version: 2 });
    await send('DeleteImage', { ImageName: 'studio-image' });
    await gone('DescribeImage', { ImageName: 'studio-image' });
});

test('A model card has versions: new content makes one, a new status does not; exports are told', async () => {
    const named = { ModelCardName: 'card' };
    await refused('CreateModelCard', { ...named, Content: '[1]', ModelCardStatus: 'Draft' }, 'ValidationException', /not a valid JSON object/);
    const { ModelCardArn } = await send('CreateModelCard', { ...named, Content: card, ModelCardStatus: 'Draft' });
    await refused('UpdateModelCard', { ...named, Content: card, ModelCardStatus: 'Approved' }, 'ValidationException');
    await send('UpdateModelCard', { ModelCardName: ModelCardArn, Content: JSON.stringify({ intended_uses: {} }) });
    await send('UpdateModelCard', { ...named, ModelCardStatus: 'PendingReview' });
    const [first, latest] = [await send('DescribeModelCard', { ...named, ModelCardVersion: 1 }), await send('DescribeModelCard', { ModelCardName: ModelCardArn })];
    assert.deepEqual([first.Content, first.ModelCardStatus, latest.ModelCardVersion, latest.ModelCardStatus], [card, 'Draft', 2, 'PendingReview']);
    await refused('DescribeModelCard', { ...named, ModelCardVersion: 3 }, 'ResourceNotFound');
    const versions = await send('ListModelCardVersions', { ...named, SortOrder: 'Descending', MaxResults: 1 });
    assert.deepEqual([versions.ModelCardVersionSummaryList.map((one) => one.ModelCardVersion), !!versions.NextToken], [[2], true]);
    const exported = { ModelCardName: 'card', ModelCardExportJobName: 'pdf', OutputConfig: { S3OutputPath: 's3://b/cards' } };
    const { ModelCardExportJobArn } = await send('CreateModelCardExportJob', exported);
    const job = await settled('DescribeModelCardExportJob', { ModelCardExportJobArn }, 'Status', 'Completed');
    assert.deepEqual([job.ModelCardVersion, job.ExportArtifacts.S3ExportArtifacts], [2, 's3://b/cards/card-pdf.pdf']);
    assert.equal((await send('ListModelCardExportJobs', { ModelCardName: 'card', ModelCardExportJobNameContains: 'pd' })).ModelCardExportJobSummaries.length, 1);
    await send('UpdateModelCard', { ...named, ModelCardStatus: 'Archived' });
    await refused('UpdateModelCard', { ...named, Content: card }, 'ConflictException');
    await send('DeleteModelCard', named);
    await refused('ListModelCardVersions', named, 'ResourceNotFound');
    await refused('DescribeModelCardExportJob', { ModelCardExportJobArn }, 'ResourceNotFound');
});

test('A cluster has nodes that are listed, replaced and taken away, and what governs it counts versions', async () => {
    const group = (InstanceGroupName, InstanceCount) => ({ InstanceGroupName, InstanceType: 'ml.c5.xlarge', InstanceCount, ExecutionRole: ROLE, LifeCycleConfig: { SourceS3Uri: 's3://sagemaker-b/x', OnCreate: 'x.sh' } });
    await refused('CreateCluster', { ClusterName: 'pod', InstanceGroups: [group('a', 21)] }, 'ResourceLimitExceeded', /cluster usage/);
    await refused('CreateCluster', { ClusterName: 'pod', InstanceGroups: [group('a', 1), group('a', 1)] }, 'ValidationException');
    const { ClusterArn } = await send('CreateCluster', { ClusterName: 'pod', InstanceGroups: [group('a', 2), group('b', 1)] });
    assert.match(ClusterArn, /:cluster\/[a-z0-9]{12}$/);
    await refused('DeleteCluster', { ClusterName: 'pod' }, 'ConflictException');
    assert.equal((await settled('DescribeCluster', { ClusterName: ClusterArn }, 'ClusterStatus', 'InService')).ClusterName, 'pod');
    const nodes = async (more) => (await send('ListClusterNodes', { ClusterName: 'pod', ...more })).ClusterNodeSummaries;
    assert.deepEqual((await nodes({ SortBy: 'NAME', SortOrder: 'Descending' })).map((one) => one.InstanceGroupName), ['b', 'a', 'a']);
    const [one, two] = await nodes({ InstanceGroupNameContains: 'a' });
    assert.equal((await send('DescribeClusterNode', { ClusterName: 'pod', NodeId: one.InstanceId })).NodeDetails.InstanceStatus.Status, 'Running');
    const batch = await send('BatchReplaceClusterNodes', { ClusterName: 'pod', NodeIds: [one.InstanceId, 'i-00000000000000000'] });
    assert.deepEqual([batch.Successful, batch.Failed.map((failed) => failed.ErrorCode)], [[one.InstanceId], ['InstanceIdNotFound']]);
    await settled('DescribeCluster', { ClusterName: 'pod' }, 'ClusterStatus', 'InService');
    assert.ok(!(await nodes()).some((node) => node.InstanceId === one.InstanceId));
    await send('BatchDeleteClusterNodes', { ClusterName: 'pod', NodeIds: [two.InstanceId] });
    await settled('DescribeCluster', { ClusterName: 'pod' }, 'ClusterStatus', 'InService');
    assert.equal((await nodes()).length, 2);
    await send('UpdateCluster', { ClusterName: 'pod', InstanceGroupsToDelete: ['b'] });
    const told = await settled('DescribeCluster', { ClusterName: 'pod' }, 'ClusterStatus', 'InService');
    assert.deepEqual(told.InstanceGroups.map((one) => [one.InstanceGroupName, one.CurrentCount, one.TargetCount]), [['a', 1, 1]]);
    const { ClusterSchedulerConfigId } = await send('CreateClusterSchedulerConfig', { Name: 'policy', ClusterArn, SchedulerConfig: { PriorityClasses: [{ Name: 'p', Weight: 1 }] } });
    await settled('DescribeClusterSchedulerConfig', { ClusterSchedulerConfigId }, 'Status', 'Created');
    await refused('UpdateClusterSchedulerConfig', { ClusterSchedulerConfigId, TargetVersion: 7 }, 'ConflictException');
    assert.equal((await send('UpdateClusterSchedulerConfig', { ClusterSchedulerConfigId, TargetVersion: 1, Description: 'd' })).ClusterSchedulerConfigVersion, 2);
    const { ComputeQuotaId } = await send('CreateComputeQuota', { Name: 'share', ClusterArn, ComputeQuotaConfig: { PreemptTeamTasks: 'Never' }, ComputeQuotaTarget: { TeamName: 'red' } });
    assert.equal((await settled('DescribeComputeQuota', { ComputeQuotaId }, 'Status', 'Created')).ActivationState, 'Enabled');
    assert.equal((await send('ListComputeQuotas', { ClusterArn })).ComputeQuotaSummaries.length, 1);
    await send('DeleteCluster', { ClusterName: ClusterArn });
    await gone('DescribeCluster', { ClusterName: 'pod' });
});

test('Devices are registered some at a time, all or none', async () => {
    await send('CreateDeviceFleet', { DeviceFleetName: 'fleet', RoleArn: ROLE, OutputConfig: { S3OutputLocation: 's3://b/edge' } });
    const register = (...names) => send('RegisterDevices', { DeviceFleetName: 'fleet', Devices: names.map((DeviceName) => ({ DeviceName, IotThingName: `thing-${DeviceName}` })) });
    await register('a', 'b');
    await assert.rejects(register('c', 'a'));
    assert.deepEqual((await send('ListDevices', { DeviceFleetName: 'fleet' })).DeviceSummaries.map((one) => one.DeviceName), ['a', 'b']);
    await send('UpdateDevices', { DeviceFleetName: 'fleet', Devices: [{ DeviceName: 'a', Description: 'd' }] });
    const told = await send('DescribeDevice', { DeviceFleetName: 'fleet', DeviceName: 'a' });
    assert.deepEqual([told.Description, told.IotThingName, told.DeviceArn.endsWith('device-fleet/fleet/device/a')], ['d', 'thing-a', true]);
    await refused('DeleteDeviceFleet', { DeviceFleetName: 'fleet' }, 'ResourceInUse');
    await send('DeregisterDevices', { DeviceFleetName: 'fleet', DeviceNames: ['a', 'b'] });
    await refused('DescribeDevice', { DeviceFleetName: 'fleet', DeviceName: 'a' }, 'ValidationException', /^No device with name/);
    await send('CreateCompilationJob', compilation('compiled'));
    const packaging = { EdgePackagingJobName: 'pack', CompilationJobName: 'compiled', ModelName: 'm', ModelVersion: '1', RoleArn: ROLE, OutputConfig: { S3OutputLocation: 's3://b/edge' } };
    await refused('CreateEdgePackagingJob', { ...packaging, CompilationJobName: 'none' }, 'ValidationException');
    await settled('DescribeCompilationJob', { CompilationJobName: 'compiled' }, 'CompilationJobStatus', 'COMPLETED');
    await send('CreateEdgePackagingJob', packaging);
    assert.equal((await settled('DescribeEdgePackagingJob', { EdgePackagingJobName: 'pack' }, 'EdgePackagingJobStatus', 'COMPLETED')).ModelArtifact, 's3://b/edge/m-1.tar.gz');
    await send('CreateCompilationJob', compilation('stopped'));
    await send('StopCompilationJob', { CompilationJobName: 'stopped' });
    assert.equal((await settled('DescribeCompilationJob', { CompilationJobName: 'stopped' }, 'CompilationJobStatus', 'STOPPED')).FailureReason, '');
});

test('A tracking server stops and starts; the portfolio is a switch', async () => {
    const named = { TrackingServerName: 'flow' }, at = (...statuses) => settled('DescribeMlflowTrackingServer', named, 'TrackingServerStatus', ...statuses);
    await send('CreateMlflowTrackingServer', { ...named, ArtifactStoreUri: 's3://b/mlflow', RoleArn: ROLE });
    await refused('StopMlflowTrackingServer', named, 'ConflictException');
    await at('Created');
    await send('StopMlflowTrackingServer', named);
    assert.equal((await at('Stopped')).IsActive, 'Inactive');
    await send('StartMlflowTrackingServer', named);
    assert.equal((await at('Started')).IsActive, 'Active');
    assert.match((await send('CreatePresignedMlflowTrackingServerUrl', named)).AuthorizedUrl, /authToken=/);
    await send('EnableSagemakerServicecatalogPortfolio');
    assert.equal((await send('GetSagemakerServicecatalogPortfolioStatus')).Status, 'Enabled');
    await send('DisableSagemakerServicecatalogPortfolio');
    assert.equal((await send('GetSagemakerServicecatalogPortfolioStatus')).Status, 'Disabled');
});

test('A workforce is the only one, and its secret stays here', async () => {
    const named = { WorkforceName: 'crowd' };
    const oidc = { ClientId: 'c', ClientSecret: 's', Issuer: 'https://i', AuthorizationEndpoint: 'https://a', TokenEndpoint: 'https://t', UserInfoEndpoint: 'https://u', LogoutEndpoint: 'https://l', JwksUri: 'https://j' };
    await refused('DescribeWorkforce', named, 'ValidationException', /^No workforce/);
    await refused('CreateWorkforce', named, 'ValidationException');
    await send('CreateWorkforce', { ...named, OidcConfig: oidc });
    await refused('CreateWorkforce', { WorkforceName: 'other', OidcConfig: oidc }, 'ResourceLimitExceeded');
    const told = await until(async () => {
        const { Workforce } = await send('DescribeWorkforce', named);
        return Workforce.Status === 'Active' && Workforce;
    }, { what: 'a workforce' });
    assert.deepEqual([told.OidcConfig.ClientId, told.OidcConfig.ClientSecret], ['c', undefined]);
    await send('DeleteWorkforce', named);
    await gone('DescribeWorkforce', named);
});

test('What is on its way goes on after kill -9', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearse-')), args = ['sandbox', '--data', join(folder, 'data')];
    let durable = await start(args);
    const speak = () => new sdk.SageMakerClient(client(durable));
    try {
        const { DomainId } = await speak().send(new sdk.CreateDomainCommand(domain('durable')));
        await speak().send(new sdk.CreateUserProfileCommand({ DomainId, UserProfileName: 'ann', Tags: [{ Key: 'a', Value: '1' }] }));
        await durable.kill('SIGKILL');
        durable = await start(args);
        const again = speak();
        await until(async () => (await again.send(new sdk.DescribeDomainCommand({ DomainId }))).Status === 'InService', { what: 'a domain' });
        const ann = await again.send(new sdk.DescribeUserProfileCommand({ DomainId, UserProfileName: 'ann' }));
        assert.deepEqual((await again.send(new sdk.ListTagsCommand({ ResourceArn: ann.UserProfileArn }))).Tags, [{ Key: 'a', Value: '1' }]);
    } finally {
        await durable.kill();
        rmSync(folder, { recursive: true, force: true });
    }
});

test('Policies are asked about the resource, and about the role that is passed', async () => {
    const strict = await start(['sandbox', '--memory', '--iam', 'enforce']);
    try {
        const iam = new IAMClient(client(strict));
        const role = async (RoleName, Service) => (await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }] }) }))).Role.Arn;
        const trusted = await role('Studio', 'sagemaker.amazonaws.com'), stranger = await role('Other', 'lambda.amazonaws.com');
        await iam.send(new CreateUserCommand({ UserName: 'ann' }));
        const allow = (...statements) => iam.send(new PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'Only', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource })) }) }));
        const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ann' }));
        const ann = new sdk.SageMakerClient({ ...client(strict), credentials: { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey } });
        const make = (NotebookInstanceName, RoleArn = trusted) => ann.send(new sdk.CreateNotebookInstanceCommand({ NotebookInstanceName, InstanceType: 'ml.t3.medium', RoleArn }));
        await allow(['sagemaker:*', 'arn:aws:sagemaker:*:*:notebook-instance/ann-*']);
        await assert.rejects(make('bob-book'), { name: 'AccessDeniedException', message: /not authorized to perform: sagemaker:CreateNotebookInstance on resource: arn:aws:sagemaker:us-east-1:\d{12}:notebook-instance\/bob-book/ });
        await assert.rejects(make('ann-book'), { name: 'AccessDeniedException', message: /iam:PassRole on resource: .*role\/Studio/ });
        const group = { InstanceGroupName: 'g', InstanceType: 'ml.m5.large', InstanceCount: 1, ExecutionRole: trusted, LifeCycleConfig: { SourceS3Uri: 's3://sagemaker-b/x', OnCreate: 'x.sh' } };
        await allow(['sagemaker:*', '*']);
        await assert.rejects(ann.send(new sdk.CreateClusterCommand({ ClusterName: 'c', InstanceGroups: [group] })), { name: 'AccessDeniedException', message: /iam:PassRole/ });
        await allow(['sagemaker:*', '*'], ['iam:PassRole', '*']);
        await assert.rejects(make('ann-book', stranger), { name: 'ValidationException', message: /^Could not assume role/ });
        await make('ann-book');
        await ann.send(new sdk.CreateClusterCommand({ ClusterName: 'c', InstanceGroups: [group] }));
        await allow(['sagemaker:List*', '*']);
        await assert.rejects(ann.send(new sdk.SearchCommand({ Resource: 'Model' })), { name: 'AccessDeniedException' });
        assert.equal((await ann.send(new sdk.ListNotebookInstancesCommand({}))).NotebookInstances.length, 1);
    } finally {
        await strict.kill();
    }
});
